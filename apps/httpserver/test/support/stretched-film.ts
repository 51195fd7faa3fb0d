// An MP4 file is a sequence of boxes: length, type, content (ISO/IEC 14496-12 §4.2). "moov" tells where in the file the samples are,
// "mdat" holds them.
import { open, readFile } from 'node:fs/promises'

const CONTAINERS = new Set(['moov', 'trak', 'mdia', 'minf', 'stbl'])

interface Box {
  readonly type: string
  readonly start: number
  readonly end: number
}

function boxesIn(film: Buffer, start: number, end: number): readonly Box[] {
  const boxes: Box[] = []
  for (let at = start; at < end;) {
    const box = {
      type: film.toString('latin1', at + 4, at + 8),
      start: at,
      end: at + film.readUInt32BE(at),
    }
    boxes.push(box)
    if (CONTAINERS.has(box.type)) boxes.push(...boxesIn(film, at + 8, box.end))
    at = box.end
  }
  return boxes
}

/**
 * Writes a film that is as long as the first one but takes up much more room: in the midst of its samples there is nothing for many
 * octets. So a player has not loaded its end when it shows its beginning.
 *
 * @param film an MP4 file with its index before its samples
 * @returns where the second half of the samples begins
 */
export async function writeStretchedFilm(
  film: string,
  path: string,
  gapBytes: number,
): Promise<number> {
  const octets = await readFile(film)
  const boxes = boxesIn(octets, 0, octets.length)
  const samples = boxes.find(({ type }) => type === 'mdat')
  if (samples === undefined) throw new Error(`${film} has no samples`)
  // §8.7.5: "stco" has a version, a count and an offset in the file for each chunk.
  const places = boxes
    .filter(({ type }) => type === 'stco')
    .flatMap(({ start }) =>
      Array.from({ length: octets.readUInt32BE(start + 12) }, (_, i) => start + 16 + 4 * i),
    )
  const offsets = places.map((place) => octets.readUInt32BE(place)).toSorted((a, b) => a - b)
  const middle = offsets[Math.floor(offsets.length / 2)] ?? 0
  for (const place of places) {
    const offset = octets.readUInt32BE(place)
    if (offset >= middle) octets.writeUInt32BE(offset + gapBytes, place)
  }
  octets.writeUInt32BE(samples.end - samples.start + gapBytes, samples.start)
  const file = await open(path, 'w')
  await file.write(octets, 0, middle, 0)
  await file.write(octets, middle, octets.length - middle, middle + gapBytes)
  await file.close()
  return middle + gapBytes
}
