import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { CutSentence, CutText } from './cut-text.tsx';

test('what was written down is shown as it was written, in its place and as its tooltip; a sentence of the engine is made readable', () => {
  const text = 'kraken USD>BTC: breaker daily-loss';
  const written = renderToStaticMarkup(<CutText text={text} />);
  expect(written).toBe(
    '<span class="cut" title="kraken USD&gt;BTC: breaker daily-loss">kraken USD&gt;BTC: breaker daily-loss</span>',
  );
  expect(renderToStaticMarkup(<CutSentence text={text} />)).toContain(
    'USD→BTC at Kraken: breaker Daily loss',
  );
});
