/** Adds a venue that is reached through ccxt, by name: the engine looks at the name, and names the nearest ones where it is none. */
import { useState } from 'react';
import { ABOUT_CCXT, ccxtName } from './venue-about.ts';

export function CcxtField({ onAdd }: { readonly onAdd: (id: string) => void }) {
  const [typed, setTyped] = useState('');
  const add = (): void => {
    const id = ccxtName(typed);
    if (id !== '') onAdd(id);
    setTyped('');
  };
  return (
    <div className="ccxt-field">
      <label className="field">
        <span>Another venue, through ccxt</span>
        <input
          className="input"
          maxLength={40}
          placeholder="poloniex"
          aria-describedby="ccxt-field-help"
          value={typed}
          onChange={({ target }) => setTyped(target.value)}
          onKeyDown={(event) => {
            // It lies within a form that Enter would send.
            if (event.key !== 'Enter') return;
            event.preventDefault();
            add();
          }}
        />
      </label>
      <button type="button" className="button" disabled={typed.trim() === ''} onClick={add}>
        Add
      </button>
      <p id="ccxt-field-help" className="field-help">
        {ABOUT_CCXT}
      </p>
    </div>
  );
}
