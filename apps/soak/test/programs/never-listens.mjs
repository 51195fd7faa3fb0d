// Ends before it listens.
console.error('the port is taken')
process.exitCode = 1
