import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { Gauge } from './gauge.tsx';

test('a share is a plain number to screen readers, however small: no exponent', () => {
  const values = [0, 1.85e-10, 0.000_04, 0.123_456, 0.999_99, 3, null].map((share) => {
    const html = renderToStaticMarkup(<Gauge label="drawdown" share={share} />);
    return /aria-valuenow="([^"]*)"/.exec(html)?.[1];
  });
  expect(values).toEqual(['0', '0', '0', '0.1235', '1', '1', '0']);
});
