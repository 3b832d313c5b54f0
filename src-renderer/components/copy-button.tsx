import { Check, Copy, X } from 'lucide-react';
import { useState } from 'react';

/** Copies, and says so by its own icon and label. */
export function CopyButton({ label, text }: { readonly label: string; readonly text: string }) {
  const [said, setSaid] = useState<'' | 'Copied' | 'Not copied'>('');
  const copy = () => {
    navigator.clipboard.writeText(text).then(
      () => setSaid('Copied'),
      () => setSaid('Not copied'),
    );
  };
  const Icon = said === 'Copied' ? Check : said === 'Not copied' ? X : Copy;
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={said === '' ? label : said}
      title={said === '' ? label : said}
      onClick={copy}
    >
      <Icon size={14} aria-hidden="true" />
    </button>
  );
}
