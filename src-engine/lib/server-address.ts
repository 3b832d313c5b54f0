/**
 * Names and addresses of servers as a setting may have them. What the URL parser takes and no connection ever could is refused here,
 * where the field is known: empty labels, port 0, numbers that are no IPv4 address, a user that cannot be decoded.
 */

/** RFC 1035 §2.3.4 without the final dot. */
const MAX_NAME = 253;
/** Names of containers have underscores, though names of hosts in RFC 1123 do not. */
const LABEL = /^[a-z\d_](?:[a-z\d_-]{0,61}[a-z\d_])?$/i;
const OCTET = /^(?:25[0-5]|2[0-4]\d|1?\d?\d)$/;

/** A name of labels of 1 to 63 characters, or an IPv4 address. A name whose last label is a number is no name. */
export function isHostName(text: string): boolean {
  const name = text.endsWith('.') ? text.slice(0, -1) : text;
  const labels = name.split('.');
  if (name.length > MAX_NAME || !labels.every((label) => LABEL.test(label))) return false;
  const isNumber = /^(?:\d+|0x[\da-f]*)$/i.test(labels.at(-1) ?? '');
  return !isNumber || (labels.length === 4 && labels.every((label) => OCTET.test(label)));
}

/**
 * @param schemes with their colons: `['redis:', 'rediss:']`.
 * @returns undefined where it is no address of a server under one of them.
 */
export function serverUrl(text: string, schemes: readonly string[]): URL | undefined {
  const url = URL.parse(text);
  if (url === null || !schemes.includes(url.protocol)) return undefined;
  // The parser itself holds what is in brackets to IPv6.
  const isHost = url.hostname.startsWith('[') || isHostName(url.hostname);
  const isPort = url.port === '' || Number(url.port) > 0;
  return isHost && isPort && isDecodable(url.username) && isDecodable(url.password) ? url : undefined;
}

/** `redis://[user[:password]@]host[:port][/number]`, or `rediss://` over TLS: the path is the number of a database. */
export function redisUrl(text: string): URL | undefined {
  const url = serverUrl(text, ['redis:', 'rediss:']);
  return url !== undefined && /^(?:\/\d{0,5})?$/.test(url.pathname) && url.hash === '' ? url : undefined;
}

/** False for a lone `%`, which ends a connection before it begins. */
export function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
