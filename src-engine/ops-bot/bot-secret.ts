/** The token of a bot, as it rests where secrets are kept. */
import type { BotKind } from '../contract/bot-operations.ts';

type Form = { readonly title: string; readonly pattern: RegExp };

export const TOKEN_FORMS: Readonly<Record<BotKind, Form>> = {
  telegram: { title: 'token of the bot, as @BotFather gives it', pattern: /^\d{5,15}:[\w-]{30,60}$/ },
  slack: {
    title: 'app-level token with the scope connections:write (xapp-…)',
    pattern: /^xapp-[\w-]{10,200}$/,
  },
};

export function botEntry(bot: string): string {
  return `bot-${bot}`;
}

/** Undefined: it is none of the kind. */
export function botToken(kind: BotKind, text: string): string | undefined {
  const token = text.trim();
  return TOKEN_FORMS[kind].pattern.test(token) ? token : undefined;
}
