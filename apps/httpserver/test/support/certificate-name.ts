import { once } from 'node:events'
import { connect } from 'node:tls'

/** The common name in the certificate that a new TLS connection is shown. */
export async function certificateName(port: number): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false })
  await once(socket, 'secureConnect')
  const name = socket.getPeerCertificate().subject.CN
  socket.destroy()
  return String(name)
}
