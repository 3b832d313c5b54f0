/** What a person may type to a bot. It looks, and it takes risk away: nothing here resumes, re-arms, arms, or changes a limit. */

export type BotCommand =
  | { readonly kind: 'status' | 'exposure' | 'alerts' | 'help' }
  | { readonly kind: 'position'; readonly coin: string }
  /** Empty: all that this person was shown. */
  | { readonly kind: 'ack'; readonly alertIds: readonly number[] }
  /** Empty: everywhere. */
  | { readonly kind: 'pause'; readonly venue: string }
  | { readonly kind: 'kill'; readonly reason: string };

/** Commands that change something: their messages are kept in the database before they are carried out, and their answers are for all to see. */
export const CHANGES: ReadonlySet<BotCommand['kind']> = new Set(['ack', 'pause', 'kill']);

export const HELP = [
  'status · how the engine stands',
  'exposure · equity, loss level, and use of the limits',
  'position [COIN] · what the account holds',
  'alerts · those that are not acknowledged',
  'ack NUMBER… · acknowledges alerts; ack all: the last list of alerts',
  'pause [VENUE] · nothing new is traded',
  'kill [reason] · cancels every order and stops',
  'Resuming, re-arming, arming, and limits are in the window and on the command line alone.',
].join('\n');

/** Beyond it nothing is a command. */
const MAX_TEXT = 300;
const MAX_ACKNOWLEDGED = 50;
const MAX_REASON = 120;
const COIN = /^[A-Za-z0-9.$@_-]{1,40}$/;
const ALERT = /^#?([1-9]\d{0,14})$/;

/** A command, or what is wrong with it. */
export function readCommand(text: string): BotCommand | { readonly problem: string } {
  if (text.length > MAX_TEXT) return { problem: `A command has ${MAX_TEXT} characters at most.` };
  const [word = 'help', ...rest] = text.trim().split(/\s+/).filter(Boolean);
  // In a group Telegram adds the name of the bot: /status@desk_bot.
  const name = word.replace(/^\//, '').replace(/@\w+$/, '').toLowerCase();
  switch (name) {
    case 'status':
    case 'exposure':
    case 'alerts':
    case 'help':
    case 'start':
      if (rest.length > 0) return unknown(`${name} takes no more words.`);
      return { kind: name === 'start' ? 'help' : name };
    case 'position':
    case 'positions':
      return oneOf(rest, COIN, (coin) => ({ kind: 'position', coin: coin.toUpperCase() }), 'position BTC');
    case 'pause':
      return oneOf(rest, COIN, (venue) => ({ kind: 'pause', venue: venue.toLowerCase() }), 'pause VENUE');
    case 'ack':
      return acknowledged(rest);
    case 'kill':
      return { kind: 'kill', reason: rest.join(' ').slice(0, MAX_REASON) };
    default:
      return unknown(`“${name.slice(0, 40)}” is no command.`);
  }
}

function oneOf(
  words: readonly string[],
  form: RegExp,
  made: (word: string) => BotCommand,
  example: string,
): BotCommand | { readonly problem: string } {
  const [word = ''] = words;
  if (words.length > 1 || (word !== '' && !form.test(word))) return unknown(`Write it as: ${example}.`);
  return made(word);
}

function acknowledged(words: readonly string[]): BotCommand | { readonly problem: string } {
  if (words.length === 1 && words[0]?.toLowerCase() === 'all') return { kind: 'ack', alertIds: [] };
  if (words.length === 0) return unknown('Write it as: ack 12 13, or ack all.');
  const ids = words.map((word) => Number(ALERT.exec(word)?.[1]));
  if (ids.length > MAX_ACKNOWLEDGED || ids.some(Number.isNaN))
    return unknown('Write it as: ack 12 13, or ack all.');
  return { kind: 'ack', alertIds: ids };
}

function unknown(what: string): { readonly problem: string } {
  return { problem: `${what}\n${HELP}` };
}
