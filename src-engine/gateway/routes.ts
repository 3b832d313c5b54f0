/** Which part of the server a request is for, as the router decided it: the text of an address has many spellings (`/%61pi/kill`). */
import type { FastifyRequest } from 'fastify';

/** A file of the window, or the address that opens it once: what a browser asks for before it has a token. */
export function isForWindow(request: FastifyRequest): boolean {
  const path = pathOf(request);
  const { url } = request.routeOptions;
  // Below these names there is no file, only what is not here.
  const isOurs = /^\/(?:api|metrics|ws|healthz|readyz)(?:\/|$)/.test(path);
  return request.method === 'GET' && (url === '/' || url === '/*' || url === '/open/:code') && !isOurs;
}

/** Whether the refusals of a request have the form of `/api/v1`, whether there is such a resource or not. */
export function isForV1(request: FastifyRequest): boolean {
  return pathOf(request).startsWith('/api/v1/');
}

/** The path of the matched route; where none of ours is, the path as the router read it. */
function pathOf({ routeOptions, url }: FastifyRequest): string {
  if (routeOptions.url !== undefined && routeOptions.url !== '/*') return routeOptions.url;
  const path = url.split(/[?#]/, 1)[0] ?? '';
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}
