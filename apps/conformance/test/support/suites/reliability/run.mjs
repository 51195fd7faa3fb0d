// One case: the command starts the server.
const command = process.argv[process.argv.indexOf('--cmd') + 1]
const [, name] = /\/apps\/([^/]+)\/dist\/main\.js'$/.exec(command)
console.log(`UNKNOWN=${process.env.UNKNOWN}, started: ${name}`)
console.log('1 passed, 0 failed')
