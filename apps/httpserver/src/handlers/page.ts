import { readFileSync } from 'node:fs'
import { Headers } from '@rawhttp/headers'
import type { RouteHandler } from '../route.ts'

// The pages stand with the sources and are read from there by the built program too.
const PAGES = new URL('../../src/pages/', import.meta.url)

/** Answers with one of the HTML pages, whatever the method. */
export function servePage(statusCode: number, fileName: string): RouteHandler {
  const page = readFileSync(new URL(fileName, PAGES))
  return (_request, writer) => {
    writer.respond(statusCode, page, new Headers([['Content-Type', 'text/html; charset=utf-8']]))
  }
}
