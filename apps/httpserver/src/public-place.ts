// path-absolute = "/" [ segment-nz *( "/" segment ) ], pct-encoded = "%" HEXDIG HEXDIG      (RFC 3986 §3.3, §2.1)
// What names a file is decoded here once, and nowhere again. A path that could be read in two ways means nothing.

/** Where a path leads to below a folder that is public. */
export interface PublicPlace {
  /** Names of the folders on the way, and of the file if it is one. None of them is empty, leads up, or starts with a dot. */
  readonly names: readonly string[]
  /** Whether the path ends with a slash. */
  readonly isFolder: boolean
}

// What is not percent-encoded and should be could be any character set's.
const UNENCODED = /[^\u0021-\u007e]/
// Separators that were encoded, and control characters. A backslash separates elsewhere.
const FORBIDDEN = /[/\\\p{Cc}]/u

/**
 * @param path what stands behind the folder's own path: "" or `/…`, percent-encoded
 * @returns undefined: it leads to nothing that can be public
 */
export function publicPlace(path: string): PublicPlace | undefined {
  const [before, ...segments] = path.split('/')
  if (before !== '' || UNENCODED.test(path)) return undefined
  const resolved = withoutDotSegments(segments)
  if (resolved === undefined) return undefined
  const isFolder = resolved.at(-1) === ''
  if (isFolder) resolved.pop()
  const names: string[] = []
  for (const segment of resolved) {
    const name = decoded(segment)
    if (name === undefined || name === '' || isHidden(name) || FORBIDDEN.test(name))
      return undefined
    names.push(name)
  }
  return { names, isFolder }
}

// RFC 3986 §5.2.4, for dots that are written as such: a client that encodes them has something else in mind. Undefined when they lead
// above the folder, which is more than the section asks for.
function withoutDotSegments(segments: readonly string[]): string[] | undefined {
  const kept: string[] = []
  for (const segment of segments) {
    if (segment === '..' && kept.pop() === undefined) return undefined
    if (segment !== '.' && segment !== '..') kept.push(segment)
  }
  // What ends with a dot segment names a folder.
  const last = segments.at(-1)
  if (last === '.' || last === '..') kept.push('')
  return kept
}

/** Whether a file or folder of this name is not for everybody: `.git`, `.env`; and "." and ".." too. */
export function isHidden(name: string): boolean {
  return name.startsWith('.')
}

// Undefined when an escape is none, or when they are no UTF-8, in its shortest form.
function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment)
  } catch {
    return undefined
  }
}
