/**
 * One e-mail over SMTP: the connection is made here, to no address of this machine or its network unless that is allowed, and ends
 * within its time whatever the server does; nodemailer speaks the protocol on it. A user and password go over TLS alone, to a server
 * whose certificate holds. What a server answers is shown as its number: its text may name people.
 */
import { isIP, connect as plainConnect, type Socket } from 'node:net';
import { connect as secureConnect } from 'node:tls';
import type { Letter, MailServer } from './letter.ts';
import type { Sent } from './notice.ts';
import { isOwnName, PRIVATE_ADDRESS, publicLookup } from '../lib/own-network.ts';
import { PRIVATE_REFUSED } from './post.ts';

/** The whole way, with its answer. The command line waits 15 s for a test. */
const TIMEOUT_MS = 14_000;

export type MailOptions = {
  readonly allowsPrivate: boolean;
  /** Trusted besides the system's; PEM. */
  readonly ca?: string | undefined;
  readonly timeoutMs?: number | undefined;
};
/** Never rejects. */
export type Mail = (letter: Letter, options: MailOptions) => Promise<Sent>;

export const systemMail: Mail = async (letter, options) => {
  const { host } = letter.server;
  if (!options.allowsPrivate && isOwnName(host)) return { kind: 'refused', reason: PRIVATE_REFUSED };
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  let isLate = false;
  let socket: Socket | undefined;
  const timer = setTimeout(() => {
    isLate = true;
    socket?.destroy(new Error('late'));
  }, timeoutMs);
  try {
    socket = openSocket(letter.server, options);
    await opened(socket, letter.server.isSecure ? 'secureConnect' : 'connect');
    return await sendOn(socket, letter, options, timeoutMs);
  } catch (error) {
    if (isLate) return { kind: 'again', reason: `no answer within ${timeoutMs / 1_000} s` };
    return sentByError(error);
  } finally {
    clearTimeout(timer);
    socket?.destroy();
  }
};

function openSocket({ host, port, isSecure }: MailServer, { allowsPrivate, ca }: MailOptions): Socket {
  const lookup = allowsPrivate ? {} : { lookup: publicLookup };
  if (!isSecure) return plainConnect({ host, port, ...lookup });
  const servername = isIP(host) === 0 ? { servername: host } : {};
  return secureConnect({ host, port, ...servername, ...lookup, ...(ca === undefined ? {} : { ca }) });
}

function opened(socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> {
  return new Promise((resolve, reject) => {
    // Stays: whatever breaks later is reported by the answer that is missing.
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('closed')));
    socket.once(event, resolve);
  });
}

async function sendOn(
  socket: Socket,
  { server, login, ...letter }: Letter,
  { allowsPrivate, ca }: MailOptions,
  timeoutMs: number,
): Promise<Sent> {
  const { createTransport } = await import('nodemailer');
  // Without a login a channel that may go without TLS has nothing that a false certificate could take.
  const isBare = allowsPrivate && login === undefined;
  const transport = createTransport({
    connection: socket,
    host: server.host,
    port: server.port,
    secure: server.isSecure,
    secured: server.isSecure,
    requireTLS: !isBare,
    tls: { rejectUnauthorized: !isBare, ...(ca === undefined ? {} : { ca }) },
    ...(login === undefined ? {} : { auth: { user: login.user, pass: login.password } }),
    // A server that offers no login gets no letter instead.
    forceAuth: login !== undefined,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const { accepted, rejected } = await transport.sendMail({
    from: { name: 'Parallax', address: letter.from },
    to: [...letter.to],
    subject: letter.subject,
    text: letter.text,
    messageId: letter.messageId,
    date: letter.date,
    priority: letter.isUrgent ? 'high' : 'normal',
    // No answer of an absent person.
    headers: { 'Auto-Submitted': 'auto-generated' },
  });
  if (rejected.length === 0) return { kind: 'delivered' };
  const whole = accepted.length + rejected.length;
  // Sent again, it would reach those who have it a second time.
  return { kind: 'refused', reason: `${rejected.length} of ${whole} receivers were refused` };
}

/** By number and code: a 5xx is for good, a 4xx and a broken connection are tried again. */
function sentByError(error: unknown): Sent {
  const { responseCode, code, message } = error as NodeJS.ErrnoException & { responseCode?: unknown };
  if (message === PRIVATE_ADDRESS) return { kind: 'refused', reason: PRIVATE_REFUSED };
  if (code === 'ETLS') return { kind: 'refused', reason: 'the server offers no TLS that can be trusted' };
  if (typeof responseCode === 'number' && responseCode >= 400) {
    const what = code === 'EAUTH' ? ' to the login' : '';
    return { kind: responseCode >= 500 ? 'refused' : 'again', reason: `answered ${responseCode}${what}` };
  }
  if (code === 'EAUTH' || code === 'ENOAUTH')
    return { kind: 'refused', reason: 'the server offers no login' };
  return { kind: 'again', reason: brokenBy(message, code) };
}

/** nodemailer puts its own code over that of the system, so a certificate is known by the words alone. They decide nothing. */
function brokenBy(message: string, code: string | undefined): string {
  if (/certificate|altnames/i.test(message)) return 'its certificate is not trusted';
  return code === undefined ? 'the connection failed' : `the connection failed (${code})`;
}
