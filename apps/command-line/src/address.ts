/**
 * Host and port as they stand in a URL: an IPv6 address in brackets (RFC 3986 §3.2.2), the "%" before its zone encoded (RFC 6874).
 *
 * @param host a name or an address
 */
export function describeAddress(host: string, port: number): string {
  return host.includes(':') ? `[${host.replace('%', '%25')}]:${port}` : `${host}:${port}`
}

/** What Node says of a place that cannot be listened on, with its address as people write it. */
export function describeNetworkFailure(
  error: Error & { readonly address?: unknown; readonly port?: unknown },
): string {
  const { message, address, port } = error
  if (typeof address !== 'string' || typeof port !== 'number') return message
  return message.replace(`${address}:${port}`, describeAddress(address, port))
}
