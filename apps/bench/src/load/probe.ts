import { LoadConnection } from './load-connection.ts'
import type { Load } from './load.ts'
import { ParsingReader } from './response-reader.ts'

// One alone could not tell whether all are alike.
const PROBES = 2

/**
 * Parses some responses, so that no error page is measured, and tells how long every one is.
 *
 * @returns octets of a response, head and content; 0 when they must be parsed
 * @throws when a response is not what it must be
 */
export async function probe(load: Load, octets: Buffer): Promise<number> {
  const readers: ParsingReader[] = []
  const makeReader = (): ParsingReader => {
    const reader = new ParsingReader(load)
    readers.push(reader)
    return reader
  }
  let answered = (): void => {}
  let failed: (error: Error) => void = () => {}
  const connection = new LoadConnection(load, octets, makeReader, {
    answered: () => {
      answered()
    },
    failed: (error) => {
      failed(error)
    },
  })
  try {
    for (let i = 0; i < PROBES; i++) {
      await new Promise<void>((resolve, reject) => {
        answered = resolve
        failed = reject
        if (i > 0) connection.send()
        else void connection.open().then(() => connection.send())
      })
    }
  } finally {
    connection.close()
  }
  const lengths = new Set(readers.flatMap(({ responseBytes }) => responseBytes ?? []))
  const [length = 0] = lengths
  return lengths.size === 1 ? length : 0
}
