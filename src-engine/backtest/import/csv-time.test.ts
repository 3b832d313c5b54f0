import { describe, expect, it } from 'vitest';
import { DateOrders, type TimeOptions, TimeReader } from './csv-time.ts';

const read = (text: string, options: TimeOptions = {}): string => {
  const found = new TimeReader(options).read(text);
  return typeof found === 'number' ? new Date(found / 1_000).toISOString() : found.message;
};

describe('times of a CSV file', () => {
  it.each([
    ['1325419200', '2012-01-01T12:00:00.000Z'],
    ['1700000000.25', '2023-11-14T22:13:20.250Z'],
    ['1700000000,25', '2023-11-14T22:13:20.250Z'],
    ['1700000000123', '2023-11-14T22:13:20.123Z'],
    ['1735689600000000', '2025-01-01T00:00:00.000Z'],
    ['1700000000000000000', '2023-11-14T22:13:20.000Z'],
    ['20240101', '2024-01-01T00:00:00.000Z'],
    ['202401011230', '2024-01-01T12:30:00.000Z'],
    ['20240101120000', '2024-01-01T12:00:00.000Z'],
    ['20240101120000123', '2024-01-01T12:00:00.123Z'],
    ['20120201 000003660', '2012-02-01T00:00:03.660Z'],
    ['20240131T120000Z', '2024-01-31T12:00:00.000Z'],
    ['2018-01-10 04:55:00+00:00', '2018-01-10T04:55:00.000Z'],
    ['2024-01-31T12:00:00.123456+05:30', '2024-01-31T06:30:00.123Z'],
    ['2024-01-31T12:00:00-0500', '2024-01-31T17:00:00.000Z'],
    ['2024/01/31 12:00', '2024-01-31T12:00:00.000Z'],
    ['2024.01.31 12:00', '2024-01-31T12:00:00.000Z'],
    ['31.01.2024 12:00:00.500', '2024-01-31T12:00:00.500Z'],
    ['01.02.2020 00:00:00.000 GMT+0100', '2020-01-31T23:00:00.000Z'],
    ['2017-07-01 11-PM', '2017-07-01T23:00:00.000Z'],
    ['2017-07-01 12:05 AM', '2017-07-01T00:05:00.000Z'],
    ['31-Jan-2024', '2024-01-31T00:00:00.000Z'],
    ['Jan 31, 2024', '2024-01-31T00:00:00.000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
    ['1999-12-31', '1999-12-31T00:00:00.000Z'],
  ])('%s is %s', (text, expected) => expect(read(text)).toBe(expected));

  it.each([
    ['2024010112', /may be seconds since 1970 \(2034-.*\) or calendar digits \(2024-01-01T12/],
    ['638396640000000000', /ticks of \.NET \(2024-01-01/],
    ['133485408000000000', /FILETIME of Windows \(2024-01-01/],
    ['45292.5', /date of Excel \(2024-01-01T12/],
    ['20240230', /calendar digits of a day that does not exist/],
    ['2024-02-30', /is not a date of the calendar/],
    ['2023-02-29', /is not a date of the calendar/],
    ['2024-13-01', /is not a date of the calendar/],
    ['31.04.2024', /is not a date of the calendar/],
    ['2024-01-01 24:00', /no time of day/],
    ['2024-01-01 12:60', /no time of day/],
    ['2024-01-01 13:00 PM', /no time of day/],
    ['24-01-31', /a year of two digits/],
    ['31/01/24', /a year of two digits/],
    ['9999-12-31', /outside the years 1971 to 2099/],
    ['1899-12-30', /outside the years 1971 to 2099/],
    ['-1700000000', /before 1970/],
    ['1.7E+12', /last digits were rounded away/],
    ['0', /is not a time/],
    ['5', /is not a time/],
    ['noon', /is not a time/],
    ['', /is not a time/],
    ['12:00:00', /is not a time/],
    ['2024-01-01 12:00 EST', /names the zone "EST"/],
    ['2024-01-01T12:00:00+25:00', /names the zone/],
    ['01/02/2024', /may have the day or the month first/],
    ['13/02/2024', /may have the day or the month first/],
  ])('%s is refused', (text, message) => expect(read(text)).toMatch(message));

  it('a form that is named decides what the digits do not', () => {
    expect(read('2024010112', { form: 'ymd' })).toBe('2024-01-01T12:00:00.000Z');
    expect(read('2024010112', { form: 's' })).toBe('2034-02-20T01:01:52.000Z');
    expect(read('500000000', { form: 's' })).toBe('1985-11-05T00:53:20.000Z');
    expect(read('1700000000000', { form: 's' })).toMatch(/outside the years/);
    expect(read('01/02/2024', { form: 'dmy' })).toBe('2024-02-01T00:00:00.000Z');
    expect(read('01/02/2024', { form: 'mdy' })).toBe('2024-01-02T00:00:00.000Z');
    expect(read('2024-01-01 12:00', { zoneUs: -5 * 3_600_000_000 })).toBe('2024-01-01T17:00:00.000Z');
  });

  it('one way of writing holds for a whole file', () => {
    const reader = new TimeReader({});
    expect(reader.read('1700000000')).toBe(1_700_000_000_000_000);
    expect(reader.read('1700000001000')).toMatchObject({
      message: 'is written as milliseconds since 1970, the rows above as seconds since 1970',
    });
    const dates = new TimeReader({});
    expect(dates.read('2024-01-01T00:00Z')).toBeGreaterThan(0);
    expect(dates.read('2024-01-01 00:01')).toMatchObject({
      message: expect.stringContaining('without a zone'),
    });
  });

  it('all rows together say whether day or month comes first', () => {
    const orderOf = (...rows: string[]) => {
      const orders = new DateOrders();
      for (const row of rows) orders.look(row);
      return orders.order;
    };
    expect(orderOf('01/02/2024', '13/02/2024')).toBe('dmy');
    expect(orderOf('01/02/2024', '01-13-2024 12:00')).toBe('mdy');
    expect(orderOf('01/02/2024', '02/02/2024')).toBeUndefined();
    expect(orderOf('13/02/2024', '02/13/2024')).toBeUndefined();
  });
});
