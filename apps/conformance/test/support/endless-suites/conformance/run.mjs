// Says its process id, and has never enough.
console.log(`suite ${process.pid}`)
setInterval(() => console.log('more'), 50)
