import { useState } from 'react';
import { Dialog } from '../../components/dialog.tsx';
import { FilterBox } from '../../components/filter-box.tsx';
import { DECISION_WORDS, WATERFALL_STEPS } from '../../lib/words.ts';
import { findTerms } from '../../lib/glossary.ts';
import { type HelpPage, useHelpPage } from './help-page.ts';
import { openPanel } from '../../workspace/workspace-store.ts';
import { shortcutList } from './shortcuts.ts';
import { useBindings } from './use-bindings.ts';

/** Shortcuts, and what the words on the screen mean. */
export function HelpDialog({ onClose }: { readonly onClose: () => void }) {
  const bindings = useBindings();
  const page = useHelpPage(({ page }) => page);
  return (
    <Dialog
      title={page === null ? 'Shortcuts and glossary' : `Help: ${page.title}`}
      kind="box"
      onClose={onClose}
    >
      {page !== null && <Page page={page} />}
      <p>
        <button
          type="button"
          className="button"
          onClick={() => {
            onClose();
            openPanel('documentation');
          }}
        >
          Open the documentation
        </button>
      </p>
      <Glossary />
      <div className="help">
        <section>
          <h3>Shortcuts</h3>
          <dl className="help-list">
            {shortcutList(bindings).map(({ keys, does }) => (
              <div key={keys}>
                <dt>
                  <kbd>{keys}</kbd>
                </dt>
                <dd>{does}</dd>
              </div>
            ))}
          </dl>
          <h3>From gross to net</h3>
          <dl className="help-list">
            {WATERFALL_STEPS.map(({ key, label, explain }) => (
              <div key={key}>
                <dt>{label}</dt>
                <dd>{explain}</dd>
              </div>
            ))}
          </dl>
        </section>
        <section>
          <h3>Why an opportunity was taken or not</h3>
          <dl className="help-list">
            {Object.values(DECISION_WORDS).map(({ label, explain }) => (
              <div key={label}>
                <dt>{label}</dt>
                <dd>{explain}</dd>
              </div>
            ))}
          </dl>
          <p className="field-help">
            Charts: TradingView Lightweight Charts™, Copyright © 2025 TradingView, Inc.{' '}
            <a href="https://www.tradingview.com/" target="_blank" rel="noreferrer">
              www.tradingview.com
            </a>
          </p>
        </section>
      </div>
    </Dialog>
  );
}

/** The panel that help was asked from: what it is for, how it is used, and what its words mean. */
function Page({ page: { title, about, uses, words } }: { readonly page: HelpPage }) {
  return (
    <section className="help-page" aria-label={`About ${title}`}>
      <p className="help-about">{about}.</p>
      {uses.length > 0 && (
        <ul className="help-uses">
          {uses.map((use) => (
            <li key={use}>{use}</li>
          ))}
        </ul>
      )}
      {words.length > 0 && (
        <dl className="help-list" aria-label={`Words in ${title}`}>
          {words.map(({ word, means }) => (
            <div key={word}>
              <dt>{word}</dt>
              <dd>{means}</dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}

/** Every word of the window, found by what is typed. */
function Glossary() {
  const [typed, setTyped] = useState('');
  const found = findTerms(typed);
  return (
    <section className="glossary" aria-label="Glossary">
      <FilterBox label="Find a word" placeholder="Find a word" value={typed} onChange={setTyped} isFirst />
      <dl className="help-list glossary-list" tabIndex={0} aria-label="Words">
        {found.map(({ word, means }) => (
          <div key={word}>
            <dt>{word}</dt>
            <dd>{means}</dd>
          </div>
        ))}
      </dl>
      {found.length === 0 && <p className="dim">No term matches.</p>}
    </section>
  );
}
