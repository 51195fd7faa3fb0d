import { Headers } from '@rawhttp/headers'
import type { Handler } from '../../src/index.ts'

/** Answers with method, target, body and trailers, as text. */
export const echo: Handler = async (incoming, writer) => {
  const { method, requestTarget } = incoming.requestLine
  const body = await incoming.body.text()
  const trailers = [...(await incoming.body.trailers())].flat().join(':')
  writer.respond(200, [method, requestTarget, body, trailers].join(' ').trim())
}

/** Answers with the request target, within the turn. */
export const echoTarget: Handler = (incoming, writer) => {
  writer.respond(200, incoming.requestLine.requestTarget)
}

/** Field lines. */
export function fieldLines(...lines: readonly (readonly [name: string, value: string])[]): Headers {
  return new Headers(lines)
}

/** A handler that waits until the test lets it go on. */
export function gate(): { readonly opened: Promise<void>; open: () => void } {
  let resolver: (() => void) | undefined
  const opened = new Promise<void>((resolve) => {
    resolver = resolve
  })
  return { opened, open: () => resolver?.() }
}
