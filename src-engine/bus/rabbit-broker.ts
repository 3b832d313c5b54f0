/**
 * RabbitMQ: a topic exchange and a quorum queue of the same name that takes all of it, persistent messages, publisher confirms.
 * Consumers use that queue, or bind their own to `PROFILE.TYPE`, such as `*.orderFilled`. https://www.rabbitmq.com/docs/confirms
 */
import { BrokerError, type Connect, inTime } from './broker.ts';

const CONNECT_MS = 10_000;
const US_PER_S = 1_000_000;

export const connectRabbit: Connect = async ({ topic, keep }, url) => {
  const { connect } = await import('amqplib');
  const connection = await inTime(
    connect(url, { timeout: CONNECT_MS, clientProperties: { connection_name: 'parallax-bus' } }),
    CONNECT_MS + 1_000,
  );
  let lost: unknown;
  const onLost = (error: unknown): void => {
    lost ??= error;
  };
  // Without listeners a broken connection would end the process.
  connection.on('error', onLost);
  connection.on('close', () => onLost(new BrokerError('the broker closed the connection')));
  const close = (): void => void connection.close().catch(() => undefined);
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
            timestamp: Math.floor(atUs / US_PER_S),
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
    throw error;
  }
};
