// Has no ear for SIGTERM.
process.on('SIGTERM', () => undefined)
setInterval(() => undefined, 1000)
console.log('Warming up')
console.log('Listening on http://127.0.0.1:1, upstream http://127.0.0.1:2/')
