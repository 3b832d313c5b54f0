/** Keys of the window: changed by pressing the new one. A key that means something already is named, and stays what it was. */
import { type KeyboardEvent, useState } from 'react';
import { ASKS_FOR_KEY, keyText } from '../../lib/keys.ts';
import { usePrefs } from '../../lib/prefs.ts';
import {
  actionWords,
  BOUND_ACTIONS,
  type BoundAction,
  KILL_KEY,
  keyConflict,
  keysOf,
} from '../help/shortcuts.ts';
import { useBindings } from '../help/use-bindings.ts';

export function ShortcutForm() {
  const bindings = useBindings();
  const change = usePrefs((prefs) => prefs.change);
  const [asked, setAsked] = useState<BoundAction | null>(null);
  const [refused, setRefused] = useState('');
  const take = (event: KeyboardEvent, action: BoundAction): void => {
    if (event.key === 'Tab') return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === 'Escape') return setAsked(null);
    const key = keyText(event);
    if (key === undefined) return;
    const conflict = keyConflict(action, key, bindings);
    setRefused(conflict);
    if (conflict !== '') return;
    change({ keys: { ...bindings, [action]: key } });
    setAsked(null);
  };
  return (
    <section className="form" aria-label="Keys of the window" id="settings-shortcuts">
      <h3>Shortcuts</h3>
      <p className="field-help">
        {KILL_KEY} kills in every window, always: it cannot be changed, nor used for anything else.
      </p>
      <ul className="shortcut-list">
        {BOUND_ACTIONS.map((action) => (
          <li key={action}>
            <span>{actionWords(action)}</span>
            <button
              type="button"
              className="button"
              aria-label={`Key of “${actionWords(action)}”: ${keysOf(action, bindings).join(', ')}. Change`}
              {...(asked === action ? { [ASKS_FOR_KEY]: '' } : {})}
              onClick={(event) => {
                // Not every browser gives the focus to a button that is pressed, and the key comes to what has it.
                event.currentTarget.focus();
                setAsked(action);
                setRefused('');
              }}
              onBlur={() => setAsked((now) => (now === action ? null : now))}
              onKeyDown={asked === action ? (event) => take(event, action) : undefined}
            >
              {asked === action ? 'Press a key…' : <kbd>{keysOf(action, bindings).join('  ')}</kbd>}
            </button>
            {asked === action && refused !== '' && (
              <span className="field-problem" role="alert">
                {refused}. Choose another one.
              </span>
            )}
          </li>
        ))}
      </ul>
      <div className="form-actions">
        <button
          type="button"
          className="button"
          disabled={Object.keys(bindings).length === 0}
          onClick={() => change({ keys: {} })}
        >
          Reset all keys
        </button>
      </div>
    </section>
  );
}
