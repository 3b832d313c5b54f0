import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { UnreadNotice } from './unread-events.tsx';

test('stored events that cannot be read are counted, the newest is named with its field and value, and others by their rows', () => {
  const rows = [9, 7, 5, 3].map((seq) => ({ seq, problem: `event ${seq} (killed).actor: "7" does not fit` }));
  const text = renderToStaticMarkup(<UnreadNotice unread={rows} />);
  expect(text).toContain('4 stored events could not be read and are not listed');
  expect(text).toContain('event 9 (killed).actor');
  expect(text).toContain('Also rows 7, 5, 3.');
  const many = Array.from({ length: 13 }, (_, seq) => ({ seq, problem: '' }));
  expect(renderToStaticMarkup(<UnreadNotice unread={many} />)).toContain('10 and 2 more.');
  expect(renderToStaticMarkup(<UnreadNotice unread={rows.slice(0, 1)} />)).toContain(
    '1 stored event could not be read and is not listed',
  );
});
