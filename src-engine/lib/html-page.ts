/** Pages that need nothing else: no script, no network, pictures as SVG inside of them. Every text is escaped here. */

const WIDTH = 900;

const STYLE =
  'body{font:14px/1.5 system-ui,sans-serif;max-width:960px;margin:24px auto;padding:0 16px;color:#1a2230}' +
  'h1{font-size:20px}h2{font-size:15px;margin-top:28px;border-bottom:1px solid #ccd}' +
  'table{border-collapse:collapse;font-size:12px;font-variant-numeric:tabular-nums}' +
  'td,th{padding:2px 12px 2px 0;text-align:left;border-bottom:1px solid #e4e7ee}' +
  'pre{font-size:11px;background:#f4f6fa;padding:8px;overflow:auto}svg{width:100%;height:auto;background:#f8f9fc}';

/** @param body is HTML. */
export function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escape(title)}</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>${STYLE}</style></head><body>
${body}
</body></html>
`;
}

export function list(title: string, sentences: readonly string[]): string {
  return `<h2>${escape(title)}</h2><ul>${sentences.map((sentence) => `<li>${escape(sentence)}</li>`).join('')}</ul>`;
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (row: readonly string[], tag: string): string =>
    `<tr>${row.map((cell) => `<${tag}>${escape(cell)}</${tag}>`).join('')}</tr>`;
  return `<table>${cells(head, 'th')}${rows.map((row) => cells(row, 'td')).join('')}</table>`;
}

type Timed = { readonly atUs: number };

/** A line over time with its lowest and highest value beside it. */
export function curve<S extends Timed>(
  samples: readonly S[],
  height: number,
  of: (sample: S) => number,
  unit: string,
): string {
  const [first] = samples;
  const last = samples.at(-1);
  if (first === undefined || last === undefined) return '<p>No samples.</p>';
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const sample of samples) {
    low = Math.min(low, of(sample));
    high = Math.max(high, of(sample));
  }
  const span = Math.max(1, last.atUs - first.atUs);
  const rise = high - low || 1;
  const points = samples.map((sample) => {
    const x = ((sample.atUs - first.atUs) / span) * WIDTH;
    const y = 4 + (1 - (of(sample) - low) / rise) * (height - 8);
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  });
  const label = `from ${of(first).toFixed(4)} to ${of(last).toFixed(4)} ${unit}, lowest ${low.toFixed(4)}, highest ${high.toFixed(4)}`;
  return `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escape(label)}"><polyline fill="none" stroke="#2660c4" stroke-width="1.2" points="${points.join(' ')}"/></svg><p>${escape(label)}</p>`;
}

export function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
