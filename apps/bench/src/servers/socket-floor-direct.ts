// As socket-floor, but each accepted handle is given to a socket that reads into one memory, past the readable stream: what is left
// of node:net then. It takes the handle where no public property tells of it, which is why it is a floor and no way to build.
import { createServer, Socket } from 'node:net'
import type { AddressInfo, ConnectOpts, SocketConstructorOpts } from 'node:net'
import { announce, HELLO, TEXT } from './site.ts'

const RESPONSE =
  `HTTP/1.1 200 OK\r\nContent-Type: ${TEXT}\r\nContent-Length: ${HELLO.length}\r\n` +
  `Date: ${new Date().toUTCString()}\r\n\r\n${HELLO}`

const memory = Buffer.allocUnsafeSlow(65_536)

const server = createServer({ noDelay: true, pauseOnConnect: true }, (accepted) => {
  const handle: unknown = Reflect.get(accepted, '_handle')
  Reflect.set(accepted, '_handle', null)
  const options: SocketConstructorOpts & ConnectOpts & { readonly handle: unknown } = {
    handle,
    onread: {
      buffer: memory,
      callback: () => {
        socket.write(RESPONSE, 'latin1')
        return true
      },
    },
  }
  const socket = new Socket(options)
  socket.on('error', () => socket.destroy())
  socket.resume()
})
server.listen(0, '127.0.0.1', () => {
  announce((server.address() as AddressInfo).port, process.version)
})
