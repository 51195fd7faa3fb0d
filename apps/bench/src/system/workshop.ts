import { rmSync } from 'node:fs'
import { mkdtemp, open, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const MEBIBYTE = 1024 * 1024
/** Octets of the file that servers send. */
export const FILE_BYTES: number = 100 * MEBIBYTE

const path = (relative: string): string =>
  fileURLToPath(new URL(`../../../../${relative}`, import.meta.url))
const CERTIFICATE = path('packages/tcp-server/test/fixtures/first.certificate.pem')
const KEY = path('packages/tcp-server/test/fixtures/first.key.pem')

/** A folder for the time of the run, and what all servers are given. */
export class Workshop {
  readonly folder: string
  /** FILE_BYTES octets. */
  readonly file: string
  /** PEM files. */
  readonly certificate: string = CERTIFICATE
  readonly key: string = KEY

  private constructor(folder: string) {
    this.folder = folder
    this.file = join(folder, 'file')
  }

  static async open(): Promise<Workshop> {
    const workshop = new Workshop(await mkdtemp(join(tmpdir(), 'rawhttp-bench-')))
    // Also when the run is broken off.
    process.once('exit', workshop.#remove)
    await fill(workshop.file, FILE_BYTES)
    return workshop
  }

  /** Writes a file into the folder and gives its path. */
  async write(name: string, content: string | Uint8Array): Promise<string> {
    const file = join(this.folder, name)
    await writeFile(file, content)
    return file
  }

  /** Certificate and key as the servers take them, in the environment. */
  async secrets(): Promise<Record<string, string>> {
    return {
      BENCH_CERT: await readFile(CERTIFICATE, 'utf8'),
      BENCH_KEY: await readFile(KEY, 'utf8'),
      BENCH_CERT_FILE: CERTIFICATE,
      BENCH_KEY_FILE: KEY,
    }
  }

  /** Removes all of it. */
  close(): void {
    process.off('exit', this.#remove)
    this.#remove()
  }

  readonly #remove = (): void => {
    rmSync(this.folder, { recursive: true, force: true })
  }
}

async function fill(file: string, bytes: number): Promise<void> {
  const octets = Buffer.alloc(MEBIBYTE, 'x')
  const handle = await open(file, 'w')
  try {
    for (let written = 0; written < bytes; written += octets.length) await handle.write(octets)
  } finally {
    await handle.close()
  }
}
