/** The address of a broker, with user and password where it has them: a secret, as it rests in the keychain. */
import { isLoopback } from '../contract/engine-address.ts';
import type { BusKind } from '../contract/bus-operations.ts';
import { isDecodable, redisUrl, serverUrl } from '../lib/server-address.ts';

const READERS: Readonly<Record<BusKind, (text: string) => URL | undefined>> = {
  redis: redisUrl,
  rabbitmq: (text) => {
    const url = serverUrl(text, ['amqp:', 'amqps:']);
    // The path is the name of a virtual host, which may be of any characters, encoded.
    return url !== undefined && isDecodable(url.pathname) && url.hash === '' ? url : undefined;
  },
};
export const ADDRESS_FORMS: Readonly<Record<BusKind, string>> = {
  redis: 'rediss://user:password@redis.example:6379/0',
  rabbitmq: 'amqps://user:password@rabbit.example:5671/vhost',
};

export function busEntry(name: string): string {
  return `bus-${name}`;
}

/** Undefined where it is no address of that kind. */
export function busAddress(kind: BusKind, text: string): URL | undefined {
  return text.length <= 2_000 ? READERS[kind](text.trim()) : undefined;
}

/** Without TLS to another machine: what the network on the way reads. */
export function isBareAcross(text: string): boolean {
  const url = URL.parse(text.trim());
  if (url === null || !['redis:', 'amqp:'].includes(url.protocol)) return false;
  // Of these schemes a host keeps its capitals.
  return !isLoopback(url.hostname.toLowerCase());
}
