/** A notice as an e-mail: whom it goes to and what it says. Pure. */
import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import { isHostName } from '../lib/server-address.ts';
import { bodyOf, headOf } from './messages.ts';
import type { Notice } from './notice.ts';

/** Of one channel; more people have a list at their own server. */
export const MAX_RECEIVERS = 5;
/** In a secret: the server asks for no user. */
export const NO_LOGIN = 'none';

export type MailServer = {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte; else the connection becomes TLS by STARTTLS. */
  readonly isSecure: boolean;
};

export type Letter = {
  readonly server: MailServer;
  readonly login: { readonly user: string; readonly password: string } | undefined;
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  /** The same notice again has the same: mail servers drop what they have. */
  readonly messageId: string;
  readonly date: Date;
  readonly isUrgent: boolean;
};

/** `smtps://mail.example:465` or `smtp://mail.example:587`, without user, path or query. */
export function mailServer(text: string): MailServer | undefined {
  const found = /^(smtps?):\/\/(\[[\da-f:.]{2,45}\]|[\w.-]{1,254})(?::(\d{1,5}))?\/?$/i.exec(text);
  if (found === null) return undefined;
  const [, scheme = '', name = '', digits] = found;
  const isSecure = scheme.toLowerCase() === 'smtps';
  const host = name.replace(/^\[|\]$/g, '');
  const port = digits === undefined ? (isSecure ? 465 : 587) : Number(digits);
  const isHost = name === host ? isHostName(host) : isIP(host) === 6;
  if (port < 1 || port > 65_535 || !isHost) return undefined;
  return { host, port, isSecure };
}

/** One address and nothing else: no name, list, comment, quote or line end could reach a header or a command of SMTP by it. */
export function isMailAddress(text: string): boolean {
  const [, local = '', domain = ''] =
    /^([\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*)@([a-z\d.-]*[a-z\d])$/i.exec(text) ?? [];
  // A number would have to stand in brackets, as no server takes it today.
  return local !== '' && local.length <= 64 && text.length <= 254 && isHostName(domain) && isIP(domain) === 0;
}

export function receiversOf(text: string): readonly string[] | undefined {
  const all = text.split(',').map((part) => part.trim());
  return all.length <= MAX_RECEIVERS && all.every(isMailAddress) ? all : undefined;
}

/** @param values the lines of the channel's secret, as `SECRET_PARTS.email` has checked them. @throws Error when they do not fit. */
export function letterOf(values: readonly string[], notice: Notice): Letter {
  const [address = '', user = '', password = '', from = '', receivers = ''] = values;
  const [server, to] = [mailServer(address), receiversOf(receivers)];
  if (server === undefined || to === undefined) throw new Error('its stored secret does not fit');
  const hash = createHash('sha256').update(notice.id).digest('hex').slice(0, 32);
  return {
    server,
    login: user === NO_LOGIN ? undefined : { user, password },
    from,
    to,
    subject: oneLine(headOf(notice)),
    text: plain(bodyOf(notice)),
    messageId: `<${hash}@parallax.invalid>`,
    date: new Date(notice.atUs / 1_000),
    isUrgent: notice.severity === 'critical',
  };
}

/** A line end in a title would begin another header. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}

/** Mail programs make links of addresses in plain text: what begins one is taken apart. */
function plain(text: string): string {
  return text
    .replaceAll(/[^\P{Cc}\n]|[\p{Zl}\p{Zp}]/gu, ' ')
    .replaceAll('://', ': //')
    .replaceAll(/\bwww\./gi, 'www .')
    .replaceAll('@', ' at ');
}
