/** The address of a broker, with user and password where it has them: a secret, as it rests in the keychain. */
import { isLoopback } from '../contract/engine-address.ts';
import type { BusKind } from '../contract/bus-operations.ts';

const SCHEMES: Readonly<Record<BusKind, readonly string[]>> = {
  redis: ['redis:', 'rediss:'],
  rabbitmq: ['amqp:', 'amqps:'],
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
  const url = URL.parse(text.trim());
  const fits =
    url !== null && SCHEMES[kind].includes(url.protocol) && url.hostname !== '' && text.length <= 2_000;
  return fits ? url : undefined;
}

/** Without TLS to another machine: what the network on the way reads. */
export function isBareAcross(text: string): boolean {
  const url = URL.parse(text.trim());
  if (url === null || !['redis:', 'amqp:'].includes(url.protocol)) return false;
  // Of these schemes a host keeps its capitals.
  return !isLoopback(url.hostname.toLowerCase());
}
