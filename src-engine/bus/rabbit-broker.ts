/**
 * RabbitMQ: a topic exchange and a quorum queue of the same name that takes all of it, persistent messages, publisher confirms.
 * Consumers use that queue, or bind their own to `PROFILE.TYPE`, such as `*.orderFilled`. https://www.rabbitmq.com/docs/confirms
 */
import type { ChannelModel } from 'amqplib';
import { US_PER_SECOND } from '../domain/time.ts';
import { BrokerError, type Connect, inTime } from './broker.ts';

const CONNECT_MS = 10_000;
/** A broker that is blocked reads nothing, and so answers no request to close. */
const CLOSE_MS = 2_000;
/** What is there has other properties than those that are asked for. */
const PRECONDITION_FAILED = 406;

export const connectRabbit: Connect = async ({ topic, keep }, url) => {
  const { connect } = await import('amqplib');
  const opening = connect(url, {
    timeout: CONNECT_MS,
    clientProperties: { connection_name: 'parallax-bus' },
  });
  const connection = await inTime(opening, CONNECT_MS + 1_000).catch((error: unknown) => {
    // A connection that opens after the time limit is not used: it is closed, and its errors end no process.
    opening.then(leave, () => undefined);
    throw error;
  });
  let lost: unknown;
  const onLost = (error: unknown): void => {
    lost ??= error;
  };
  // Without listeners a broken connection would end the process.
  connection.on('error', onLost);
  connection.on('close', () => onLost(new BrokerError('the broker closed the connection')));
  const close = (): void => leave(connection);
  try {
    const channel = await inTime(connection.createConfirmChannel());
    channel.on('error', onLost);
    // Of what no queue took the broker says so before it confirms.
    let unroutable = 0;
    channel.on('return', () => (unroutable += 1));
    await inTime(channel.assertExchange(topic, 'topic', { durable: true }));
    const bounds = { 'x-queue-type': 'quorum', 'x-max-length': keep, 'x-overflow': 'drop-head' };
    await inTime(channel.assertQueue(topic, { durable: true, arguments: bounds }));
    await inTime(channel.bindQueue(topic, topic, '#'));
    return {
      async publish(messages) {
        if (lost !== undefined) throw lost;
        unroutable = 0;
        for (const { id, key, type, atUs, body } of messages) {
          channel.publish(topic, key, Buffer.from(body), {
            persistent: true,
            mandatory: true,
            messageId: id,
            type,
            timestamp: Math.floor(atUs / US_PER_SECOND),
            contentType: 'application/json',
          });
        }
        await inTime(channel.waitForConfirms());
        if (unroutable > 0) throw new BrokerError('no queue of the broker took it');
      },
      close,
    };
  } catch (error) {
    close();
    if ((error as { readonly code?: unknown }).code === PRECONDITION_FAILED)
      throw new BrokerError(
        `"${topic}" is there with other bounds or of another kind: give the bus the --keep that it was made with or another --topic, or delete the queue`,
      );
    throw error;
  }
};

/** Ends a connection in order where the broker answers, and within its time where it does not. */
function leave(connection: ChannelModel): void {
  connection.on('error', () => undefined);
  const { stream } = connection.connection as unknown as { readonly stream: { destroy(): void } };
  const timer = setTimeout(() => stream.destroy(), CLOSE_MS);
  void connection
    .close()
    .then(() => clearTimeout(timer))
    .catch(() => {
      clearTimeout(timer);
      stream.destroy();
    });
}
