import type { Load } from './load.ts'

/** All that is written at once: the request, `pipelined` times. */
export function requestOctets({ port, request, pipelined, oneShot }: Load): Buffer {
  const { method, target, fields = [], contentBytes = 0 } = request
  const lines = [`${method} ${target} HTTP/1.1`, `Host: 127.0.0.1:${port}`, ...fields]
  if (contentBytes > 0 || method === 'POST') lines.push(`Content-Length: ${contentBytes}`)
  if (oneShot) lines.push('Connection: close')
  const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
  const single = Buffer.concat([head, Buffer.alloc(contentBytes, 'x')])
  return Buffer.concat(Array.from({ length: pipelined }, () => single))
}
