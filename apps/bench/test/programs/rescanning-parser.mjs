// How a parser must not be: at each piece all that has come is joined and looked at from its beginning.

/** Makes one, as the gate asks for. */
export function rescanningParser(onContent) {
  let held = new Uint8Array(0)
  const parser = {
    messages: 0,
    feed(octets) {
      const joined = new Uint8Array(held.length + octets.length)
      joined.set(held)
      joined.set(octets, held.length)
      held = joined
      const end = endOfMessage(joined)
      if (end === -1) return
      parser.messages++
      onContent(joined.subarray(bodyStart(joined), end))
    },
  }
  return parser
}

function endOfMessage(octets) {
  const start = bodyStart(octets)
  if (start === -1) return -1
  const head = Buffer.from(octets.subarray(0, start)).toString('latin1')
  const [, length] = /Content-Length: (\d+)/.exec(head) ?? []
  if (length !== undefined) {
    return octets.length < start + Number(length) ? -1 : start + Number(length)
  }
  return scanFor(octets, '0\r\n\r\n')
}

function bodyStart(octets) {
  return scanFor(octets, '\r\n\r\n')
}

function scanFor(octets, text) {
  for (let i = 0; i + text.length <= octets.length; i++) {
    let matching = 0
    while (matching < text.length && octets[i + matching] === text.charCodeAt(matching)) matching++
    if (matching === text.length) return i + text.length
  }
  return -1
}
