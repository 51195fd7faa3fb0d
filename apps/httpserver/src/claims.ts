// Fields by which a proxy tells an application what it knows of a client. From a client they are forged: applications believe them,
// and often nothing says so. X-HTTP-Method-Override and its kind are not among them: they are the client's own to send, and nothing
// is decided by the method before the upstream.

// There are many, such as X-Forwarded-Port and -User, and X-SSL-Client-Verify.
const CLAIM = /^(?:x-forwarded|x-ssl|ssl-client|x-client-(?:cert|verify|dn))(?:-|$)/

const CLAIMS: ReadonlySet<string> = new Set([
  // Its address, to whoever counts, bans or lets in by it.
  'cf-connecting-ip',
  'cf-connecting-ipv6',
  'cf-pseudo-ipv4',
  'client-ip',
  'fastly-client-ip',
  'forwarded-for',
  'remote-addr',
  'true-client-ip',
  'x-appengine-user-ip',
  'x-azure-clientip',
  'x-azure-socketip',
  'x-client-ip',
  'x-cluster-client-ip',
  'x-envoy-external-address',
  'x-original-forwarded-for',
  'x-originating-ip',
  'x-proxyuser-ip',
  'x-real-ip',
  'x-remote-addr',
  'x-remote-ip',
  // Who it is: RFC 9440 §2.4 demands it of the first two.
  'client-cert',
  'client-cert-chain',
  'remote-user',
  'x-authenticated-user',
  'x-remote-user',
  // Whether it came by TLS.
  'front-end-https',
  'x-arr-ssl',
  'x-scheme',
  'x-url-scheme',
  // What host it asked, of which links and cache keys are made.
  'forwarded-host',
  'x-host',
  'x-http-host-override',
  'x-original-host',
  // What path it asked: frameworks answer that one, past every rule for the path that was routed.
  'x-original-uri',
  'x-original-url',
  'x-rewrite-url',
  'x-script-name',
  // How the proxy sends files, and what a framework asks of itself.
  'x-accel-mapping',
  'x-middleware-subrequest',
  'x-sendfile-type',
])

/** Whether a field of this name, in lower case, is to be believed of trusted proxies only. */
export function isClaim(name: string): boolean {
  return CLAIMS.has(name) || CLAIM.test(name)
}
