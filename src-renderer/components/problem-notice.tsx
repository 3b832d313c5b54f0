import { Check, Copy, TriangleAlert, X } from 'lucide-react';
import { useState } from 'react';
import type { Problem } from '../../src-engine/domain/errors.ts';

type ProblemNoticeProps = {
  readonly title: string;
  readonly problem: Problem;
  readonly onDismiss?: () => void;
};

/** What went wrong, with its code, what to do about it, and a button that copies all of it. */
export function ProblemNotice({ title, problem, onDismiss }: ProblemNoticeProps) {
  return (
    <div className="problem" role="alert">
      <TriangleAlert size={16} aria-hidden="true" className="problem-icon" />
      <div className="problem-text">
        <p className="problem-title">{title}</p>
        <p>
          {problem.field !== undefined && <span className="problem-field">{problem.field}: </span>}
          {problem.value !== undefined && <span className="num">“{problem.value}” </span>}
          {problem.message}
        </p>
        {problem.remedy !== undefined && <p className="problem-remedy">{problem.remedy}</p>}
        <p className="problem-code num">{problem.code}</p>
      </div>
      <div className="problem-actions">
        <CopyButton label="Copy problem" text={problemText(title, problem)} />
        {onDismiss !== undefined && (
          <button type="button" className="icon-button" aria-label="Dismiss problem" onClick={onDismiss}>
            <X size={14} aria-hidden="true" />
          </button>
        )}
      </div>
    </div>
  );
}

function problemText(title: string, problem: Problem): string {
  const lines = [
    title,
    `code: ${problem.code}`,
    problem.field === undefined ? '' : `field: ${problem.field}`,
    problem.value === undefined ? '' : `value: ${problem.value}`,
    `message: ${problem.message}`,
    problem.remedy === undefined ? '' : `remedy: ${problem.remedy}`,
  ];
  return lines.filter((line) => line !== '').join('\n');
}

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
