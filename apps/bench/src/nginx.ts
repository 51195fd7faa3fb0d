import type { Workshop } from './system/workshop.ts'

/** One process with nginx's defaults, but for the number of requests a connection may bring and the log it would write. */
export function nginxConfiguration(place: {
  readonly port: number
  readonly secure: boolean
  readonly upstreamPort: number | undefined
  readonly workshop: Workshop
}): string {
  const { port, secure, upstreamPort, workshop } = place
  const { folder, certificate, key } = workshop
  const tls = secure ? `ssl_certificate ${certificate}; ssl_certificate_key ${key};` : ''
  return `
daemon off;
master_process off;
pid ${folder}/nginx-${port}.pid;
events { worker_connections 16384; }
http {
  access_log off;
  sendfile on;
  keepalive_requests 1000000000;
  default_type application/octet-stream;
  client_body_temp_path ${folder}/nginx-bodies;
  proxy_temp_path ${folder}/nginx-proxied;
  fastcgi_temp_path ${folder}/nginx-fastcgi;
  uwsgi_temp_path ${folder}/nginx-uwsgi;
  scgi_temp_path ${folder}/nginx-scgi;
  client_max_body_size 0;
  ${upstreamPort === undefined ? '' : upstream(upstreamPort)}
  server {
    listen 127.0.0.1:${port}${secure ? ' ssl' : ''};
    ${tls}
    root ${folder};
    location = /hello { default_type "text/plain; charset=utf-8"; return 200 "Hello, world!"; }
    ${upstreamPort === undefined ? '' : passOn}
  }
}
`
}

function upstream(port: number): string {
  return `upstream origin { server 127.0.0.1:${port}; keepalive 64; keepalive_requests 1000000000; }`
}

const passOn =
  'location / { proxy_pass http://origin; proxy_http_version 1.1; proxy_set_header Connection ""; }'
