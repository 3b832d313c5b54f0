import { Check, Copy, X } from 'lucide-react';
import { useState } from 'react';
import { copyText } from '../lib/clipboard.ts';

/** Copies, and says so by its own icon and label. */
export function CopyButton({ label, text }: { readonly label: string; readonly text: string }) {
  const [said, setSaid] = useState<'' | 'Copied' | 'Not copied'>('');
  const copy = async () => setSaid((await copyText(text)) ? 'Copied' : 'Not copied');
  const Icon = said === 'Copied' ? Check : said === 'Not copied' ? X : Copy;
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={said === '' ? label : said}
      title={said === '' ? label : said}
      onClick={() => void copy()}
    >
      <Icon size={14} aria-hidden="true" />
    </button>
  );
}
