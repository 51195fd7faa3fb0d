import { describe, expect, test } from 'vitest'
import { inheritedSockets } from '../src/inherited-sockets.ts'

const plain = (descriptor: number): object => ({ descriptor, secure: false })
const secure = (descriptor: number): object => ({ descriptor, secure: true })

describe('inherited sockets', () => {
  test.each([
    ['nothing is told', {}, []],
    ['another process is meant', { LISTEN_FDS: '1', LISTEN_PID: '8' }, []],
    ['there is one', { LISTEN_FDS: '1', LISTEN_PID: '7' }, [plain(3)]],
    ['there are none', { LISTEN_FDS: '0', LISTEN_PID: '7' }, []],
    ['there are several', { LISTEN_FDS: '3', LISTEN_PID: '7' }, [plain(3), plain(4), plain(5)]],
    ['nobody in particular is meant', { LISTEN_FDS: '1' }, [plain(3)]],
    [
      'one is named for HTTPS',
      { LISTEN_FDS: '3', LISTEN_FDNAMES: 'http:https:unknown' },
      [plain(3), secure(4), plain(5)],
    ],
    [
      'fewer have names than there are',
      { LISTEN_FDS: '2', LISTEN_FDNAMES: 'https' },
      [secure(3), plain(4)],
    ],
  ])('are found when %s', (_title, environment, sockets) => {
    expect(inheritedSockets(environment, 7)).toEqual(sockets)
  })

  test.each(['', 'x', '-1', '1.5', '1025', '99999'])('cannot be %j', (LISTEN_FDS) => {
    expect(() => inheritedSockets({ LISTEN_FDS }, 7)).toThrow(/^LISTEN_FDS: expected a number/)
  })
})
