import { Dialog } from '../../components/dialog.tsx';
import { DECISION_WORDS, WATERFALL_STEPS } from '../../lib/words.ts';
import { SHORTCUTS } from './shortcuts.ts';

/** Shortcuts, and what the words on the screen mean. */
export function HelpDialog({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title="Shortcuts and words" kind="box" onClose={onClose}>
      <div className="help">
        <section>
          <h3>Shortcuts</h3>
          <dl className="help-list">
            {SHORTCUTS.map(({ keys, does }) => (
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
