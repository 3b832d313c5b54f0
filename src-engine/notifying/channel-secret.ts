/** What a channel needs besides its settings, as it rests in the keychain: one value a line, in the order of its kind. */
import type { ChannelKind } from '../contract/channel-operations.ts';
import { serverUrl } from '../lib/server-address.ts';
import { isMailAddress, MAX_RECEIVERS, mailServer, NO_LOGIN, receiversOf } from './letter.ts';

type Part = { readonly title: string; readonly isFit: (text: string) => boolean };

const isAddress = (text: string): boolean =>
  text.length <= 2_000 && serverUrl(text, ['https:', 'http:']) !== undefined;
const isWord = (text: string): boolean => text !== '' && text.length <= 512 && !/\p{Cc}/u.test(text);
const address = (title: string): Part => ({ title, isFit: isAddress });

export const SECRET_PARTS: Readonly<Record<ChannelKind, readonly Part[]>> = {
  webhook: [
    address('address'),
    {
      title: 'signing secret of 16 characters or more',
      isFit: (text) => text.length >= 16 && text.length <= 200,
    },
  ],
  telegram: [
    { title: 'token of the bot', isFit: (text) => /^\d{5,15}:[\w-]{30,60}$/.test(text) },
    { title: 'id of the chat', isFit: (text) => /^-?\d{1,20}$|^@\w{5,32}$/.test(text) },
  ],
  discord: [address('address of the webhook')],
  slack: [address('address of the webhook')],
  teams: [address('address of the workflow')],
  email: [
    {
      title: 'server (smtps://mail.example:465 or smtp://mail.example:587)',
      isFit: (text) => mailServer(text) !== undefined,
    },
    { title: `user name (or ${NO_LOGIN})`, isFit: isWord },
    { title: `password (or ${NO_LOGIN})`, isFit: isWord },
    { title: 'address that sends', isFit: isMailAddress },
    {
      title: `addresses that receive (${MAX_RECEIVERS} at most, with commas)`,
      isFit: (text) => receiversOf(text) !== undefined,
    },
  ],
};

export function secretEntry(channel: string): string {
  return `notify-${channel}`;
}

/** The lines of a secret, or what is wrong with it; never with a part of it. */
export function readSecret(
  kind: ChannelKind,
  text: string,
): { readonly values: readonly string[] } | { readonly problem: string } {
  const values = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter(Boolean);
  const parts = SECRET_PARTS[kind];
  const wrong = parts.find(({ isFit }, n) => !isFit(values[n] ?? ''));
  if (wrong !== undefined) return { problem: `needs the ${wrong.title} on a line of its own` };
  return values.length === parts.length ? { values } : { problem: `needs ${parts.length} lines` };
}
