// Fails in a way of its own for each delivery: a case, nothing to read, an exit code.
const delivery = process.argv[5] ?? 'whole'
if (delivery === 'whole') console.log('1 passed, 1 failed')
if (delivery === 'bytes') console.log('no counts')
if (delivery === 'split') console.log('1 passed, 0 failed')
process.exitCode = 1
