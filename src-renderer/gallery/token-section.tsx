import { Section } from './specimen.tsx';

const COLOURS = [
  'bg panel panel-head raised hover selected line line-strong field',
  'text text-strong text-dim text-faint',
  'gain loss bid ask bid-wash ask-wash warn warn-wash bad bad-wash accent',
  'primary danger kill silent',
  'mode-none mode-simulated mode-paper mode-ghost mode-live mode-backtest',
  'heat-low heat-middle heat-high link-a link-b link-c link-d',
].map((line) => line.split(' '));
const SPACES = [2, 4, 6, 8, 10, 12, 16, 20, 24];
const SIZES = ['xs', 's', 'm', 'l', 'xl', 'title'];

/** What everything is made of. */
export function TokenSection() {
  return (
    <Section title="Tokens">
      {COLOURS.map((line) => (
        <div key={line[0]} className="gallery-swatches">
          {line.map((name) => (
            <span key={name} className="swatch" title={name} style={{ background: `var(--${name})` }} />
          ))}
          <span className="dim">{line.join(', ')}</span>
        </div>
      ))}
      <div className="gallery-row">
        {SPACES.map((space) => (
          <span key={space} className="gallery-space" style={{ width: `var(--space-${space})` }} />
        ))}
        <span className="dim">spaces</span>
        {SIZES.map((size) => (
          <span key={size} style={{ fontSize: `var(--size-${size})` }}>
            {size} <span className="num">0123</span>
          </span>
        ))}
      </div>
    </Section>
  );
}
