import { hash } from 'node:crypto';

/** A short name for the PostgreSQL database at a URL, for what is kept of it in a data folder. */
export function placeOf(url: string): string {
  const { hostname, port, pathname } = new URL(url);
  return hash('sha256', `${hostname}:${port}${pathname}`).slice(0, 12);
}
