/** One metric in Prometheus' text format. */
const US_PER_SECOND = 1_000_000;

type Labels = Readonly<Record<string, string>>;
export type Sample = { readonly labels?: Labels; readonly value: number };

/** Of a histogram: all up to each bound, in µs. */
type Counts = {
  readonly count: number;
  readonly sumUs: number;
  readonly buckets: readonly { readonly upToUs: number; readonly count: number }[];
};

export function heading(name: string, type: string, help: string): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
}

export function metric(name: string, type: string, help: string, samples: readonly Sample[]): string[] {
  if (samples.length === 0) return [];
  return [...heading(name, type, help), ...samples.map((sample) => line(name, sample))];
}

/** Buckets count all up to their bound; the last one, without a bound, counts all. */
export function histogram(name: string, { count, sumUs, buckets }: Counts, labels: Labels): string[] {
  return [
    ...buckets.map(({ upToUs, count: upTo }) =>
      line(`${name}_bucket`, { labels: { ...labels, le: String(upToUs / US_PER_SECOND) }, value: upTo }),
    ),
    line(`${name}_bucket`, { labels: { ...labels, le: '+Inf' }, value: count }),
    line(`${name}_sum`, { labels, value: sumUs / US_PER_SECOND }),
    line(`${name}_count`, { labels, value: count }),
  ];
}

export function line(name: string, { labels = {}, value }: Sample): string {
  const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escaped(text)}"`);
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${Number.isNaN(value) ? 'NaN' : value}`;
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
