/** Keys as they are pressed, written and bound: `Ctrl+Shift+P`, `Alt+1`, `F6`, `w`. */

export type KeyPress = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>;

/** Marks what waits for a key as its answer: the window's shortcuts rest there, all but the kill switch. */
export const ASKS_FOR_KEY = 'data-asks-for-key';

/** What has no meaning alone. */
const MODIFIERS: ReadonlySet<string> = new Set([
  'control',
  'shift',
  'alt',
  'meta',
  'altgraph',
  'capslock',
  'dead',
  'process',
  'unidentified',
]);

/**
 * As it is written; undefined for a modifier alone. Ctrl and the Mac's command key are one. A sign's Shift belongs to the sign.
 * With Ctrl or Alt a key of a keyboard without Latin letters, or one that Alt makes another sign of, is named by its place.
 */
export function keyText(press: KeyPress): string | undefined {
  const { ctrlKey, metaKey, shiftKey, altKey } = press;
  const isStrong = ctrlKey || metaKey || altKey;
  const name = (isStrong ? nameByPlace(press) : undefined) ?? press.key.toLowerCase();
  if (MODIFIERS.has(name) || name === '') return undefined;
  const isSign = name.length === 1;
  return [
    ctrlKey || metaKey ? 'Ctrl+' : '',
    altKey ? 'Alt+' : '',
    // Shift makes another letter of one, and Caps Lock does too: alone they mean the same key.
    shiftKey && (isStrong || !isSign) ? 'Shift+' : '',
    isSign ? (isStrong ? name.toUpperCase() : name) : `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`,
  ].join('');
}

/** The letter or digit that the place has on most keyboards; undefined where what is typed names the key well enough. */
function nameByPlace({ key, code, altKey }: KeyPress): string | undefined {
  // Latin letters and digits are named by themselves: they lie elsewhere on other keyboards.
  if (/^[a-z0-9]$/i.test(key)) return undefined;
  const place = /^(?:Key|Digit)([A-Z0-9])$/.exec(code)?.[1]?.toLowerCase();
  return altKey || !/^[!-~]$/.test(key) ? place : undefined;
}

/** Whether it works while something is typed: what types no sign. With Alt, Option or AltGr many keys do. */
export function worksWhileTyping(press: KeyPress): boolean {
  const text = keyText(press) ?? '';
  if (press.altKey) return press.key.length > 1 || nameByPlace(press) === undefined;
  return text.startsWith('Ctrl+') || /^(?:Shift\+)?F\d+$/.test(text);
}
