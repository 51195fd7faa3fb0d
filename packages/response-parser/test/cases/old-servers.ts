import { latin1, octets } from '../support/octets.ts'
import type { ResponseCase } from '../support/response-case.ts'

/** Responses as servers in the wild send them, and what a parser of clients meets: each is read, or refused, as it says. */
export const oldServerCases: readonly ResponseCase[] = [
  {
    title: 'reads a redirect as search engines send it, letter case and dates kept (RFC 9112 §2.1)',
    octets: octets`HTTP/1.1 301 Moved Permanently
Location: http://www.search.example/
Content-Type: text/html; charset=UTF-8
Date: Sun, 26 Apr 2009 11:11:49 GMT
X-$PrototypeBI-Version: 1.6.0.3
Cache-Control: public, max-age=2592000
Server: gws
Content-Length: 24

<A HREF="http://x">x</A>`,
    responses: [{ statusCode: 301, body: '<A HREF="http://x">x</A>', persistent: true }],
  },
  {
    title:
      'reads a response without a length up to the end of the connection (RFC 9112 §6.3 rule 8)',
    octets: octets`HTTP/1.1 200 OK
Date: Tue, 04 Aug 2009 07:59:32 GMT
Server: Apache
Connection: close
Content-Type: text/xml; charset=utf-8

<?xml version="1.0"?>
<hello/>
`,
    end: true,
    responses: [{ framing: 'close-delimited', body: '<?xml version="1.0"?>\r\n<hello/>\r\n' }],
  },
  {
    title: 'reads a 404 without fields and without a body up to the end (RFC 9112 §6.3 rule 8)',
    octets: latin1('HTTP/1.1 404 Not Found\r\n\r\n'),
    end: true,
    responses: [{ statusCode: 404, reasonPhrase: 'Not Found', headers: [], body: '' }],
  },
  {
    title: 'reads a 301 that ends behind the code by the rule for it (RFC 9112 §4)',
    octets: latin1('HTTP/1.1 301\r\n\r\n'),
    options: { lenient: ['missing-reason-phrase'] },
    end: true,
    responses: [{ statusCode: 301, reasonPhrase: '', anomalies: [['missing-reason-phrase', 12]] }],
  },
  {
    title: 'reads a head with LF alone throughout by the rule for it (RFC 9112 §2.2)',
    octets: latin1('HTTP/1.1 200 OK\nContent-Type: text/html\nConnection: close\n\nthese lines'),
    options: { lenient: ['bare-lf'] },
    end: true,
    responses: [{ body: 'these lines', framing: 'close-delimited', persistent: false }],
  },
  {
    title: 'reads underscores in names (RFC 9110 §5.1)',
    octets: octets`HTTP/1.1 200 OK
Server: DCLK-AdSvr
Content-Type: text/xml
Content-Length: 0
DCLK_imp: v7;x;114750856;0-0;0;17820020;0/0

`,
    responses: [{ persistent: true }],
  },
  {
    title: 'reads a reason phrase that is not ASCII (RFC 9112 §4)',
    octets: octets`HTTP/1.0 500 Orient\xe9tr\xe4ge
Content-Length: 0

`,
    responses: [{ statusCode: 500, reasonPhrase: 'Orient\xe9tr\xe4ge', httpVersion: '1.0' }],
  },
  {
    title:
      'reads a chunked response with Connection: close and a second one behind it (RFC 9112 §9.6)',
    octets: octets`HTTP/1.1 200 OK
Connection: close
Transfer-Encoding: chunked

19
This is the data in the f
2
ir
0

HTTP/1.1 200 OK
Content-Length: 0

`,
    responses: [{ persistent: false, body: 'This is the data in the fir' }, { body: '' }],
  },
  {
    title: 'reads HTTP/1.0 with keep-alive and 204, and the response behind it (RFC 9112 §9.3)',
    octets: octets`HTTP/1.0 204 No content
Connection: keep-alive

HTTP/1.0 200 OK
Content-Length: 2

ok`,
    responses: [
      { persistent: true, body: '' },
      { persistent: false, body: 'ok' },
    ],
  },
  {
    title: 'reads HTTP/1.0 with keep-alive and no length up to the end (RFC 9112 §6.3 rule 8)',
    octets: octets`HTTP/1.0 200 OK
Connection: keep-alive

HTTP/1.0 200 OK
`,
    end: true,
    responses: [{ persistent: false, body: 'HTTP/1.0 200 OK\r\n' }],
  },
  {
    title: 'reads a set of cookies and a proxy’s fields (RFC 9110 §5.3)',
    octets: octets`HTTP/1.1 200 OK
Set-Cookie: PREF=ID=1; expires=Sat, 01-Jan-2000 00:00:00 GMT
Set-Cookie: SID=2; HttpOnly
Proxy-Connection: keep-alive
Via: 1.1 cache (squid/2.7)
Transfer-Encoding: chunked

0

`,
    responses: [{ framing: 'chunked', persistent: true, body: '' }],
  },
  {
    title: 'refuses a field name with a space, as broken scripts send it (RFC 9112 §5.1)',
    octets: octets`HTTP/1.1 200 OK
Server: Microsoft-IIS/6.0
X Powered-By: ASP.NET

`,
    error: 'ERR_FIELD_NAME',
    offset: 45,
  },
  {
    title:
      'reads white space before the colon of a framing field by the rule for it (RFC 9112 §5.1)',
    octets: octets`HTTP/1.1 200 OK
Content-Length  : 2

ok`,
    options: { lenient: ['space-before-colon'] },
    responses: [{ body: 'ok', anomalies: [['space-before-colon', 31]] }],
  },
  {
    title: 'reads a folded value of an old mail gateway by the rule for it (RFC 9112 §5.2)',
    octets: octets`HTTP/1.1 200 OK
Content-Type: multipart/mixed;
	boundary="x y"
Content-Length: 0

`,
    options: { lenient: ['obs-fold'] },
    responses: [
      {
        headers: [
          ['Content-Type', 'multipart/mixed; boundary="x y"'],
          ['Content-Length', '0'],
        ],
      },
    ],
  },
  {
    title: 'reads a response behind empty lines too many by the rule for it (RFC 9112 §2.2)',
    octets: octets`HTTP/1.1 200 OK
Content-Length: 2

ok

HTTP/1.1 200 OK
Content-Length: 2

ok`,
    options: { lenient: ['leading-empty-lines'] },
    responses: [{ body: 'ok', anomalies: [] }, { anomalies: [['leading-empty-lines', 0]] }],
  },
  {
    title: 'refuses them where there is no such rule (RFC 9112 §2.2)',
    octets: octets`HTTP/1.1 200 OK
Content-Length: 2

ok

HTTP/1.1 200 OK

`,
    responses: [{ body: 'ok' }],
    error: 'ERR_STATUS_LINE',
    offset: 0,
  },
  {
    title: 'splits no response where a field value has LF in it (RFC 9112 §11.1)',
    octets: latin1(
      'HTTP/1.1 302 Found\r\nLocation: /\nContent-Length: 0\n\nHTTP/1.1 200 OK\r\n\r\nforged',
    ),
    error: 'ERR_BARE_LF',
    offset: 31,
  },
  {
    title: 'splits no response by two lengths (RFC 9112 §11.1)',
    octets: latin1(
      'HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Length: 38\r\n\r\nHTTP/1.1 200 OK\r\n\r\n',
    ),
    error: 'ERR_CONTENT_LENGTH',
    offset: 17,
  },
]
