/** Redis Streams: an entry a fact, XADD with a bound on the stream's length. https://redis.io/docs/latest/commands/xadd/ */
import { Redis } from 'ioredis';
import { BrokerError, type Connect, inTime } from './broker.ts';

const CONNECT_MS = 10_000;

export const connectRedis: Connect = async ({ topic, keep }, url) => {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    connectionName: 'parallax-bus',
    // The bus connects anew by itself, with its own pauses.
    retryStrategy: () => null,
  });
  // Without a listener a broken connection would end the process; commands that fail say why.
  let last: unknown;
  redis.on('error', (error: unknown) => {
    last = error;
  });
  try {
    await inTime(redis.connect(), CONNECT_MS);
  } catch (error) {
    redis.disconnect();
    throw shown(last ?? error);
  }
  return {
    async publish(messages) {
      // All of a page or nothing: no part of it is there twice.
      const page = redis.multi();
      for (const { id, type, atUs, body } of messages) {
        page.xadd(topic, 'MAXLEN', '~', keep, '*', 'id', id, 'type', type, 'atUs', atUs, 'data', body);
      }
      const answers = await inTime(page.exec()).catch((error: unknown) => {
        throw shown(causeOf(error));
      });
      const failed = answers?.find(([error]) => error !== null);
      if (answers === null || failed !== undefined) throw shown(failed?.[0] ?? last);
    },
    close: () => redis.disconnect(),
  };
};

/** A page that Redis gave up (EXECABORT) was given up for what it answered to one of its entries. */
function causeOf(error: unknown): unknown {
  const { previousErrors } = error as { readonly previousErrors?: unknown };
  return Array.isArray(previousErrors) ? (previousErrors[0] ?? error) : error;
}

/** Redis' own refusals begin with a word of capitals (WRONGPASS, NOAUTH, OOM, READONLY), which is all that is shown. */
function shown(error: unknown): unknown {
  const word = error instanceof Error ? /^([A-Z]{3,20}) /.exec(error.message)?.[1] : undefined;
  return word === undefined ? error : new BrokerError(`Redis answered ${word}`);
}
