// Which of the digits that were seen stands behind each sign of a corrected text.

const FIGURE = /\p{Nd}/u;

// For each sign its digit, or null where it has none. A text with a figure for every digit is paired in order, as what
// it teaches is; any other so that the fewest figures are changed, added or taken out (Wagner & Fischer 1974).
function aligned(digits, signs) {
  if (signs.filter((sign) => FIGURE.test(sign)).length === digits.length) {
    const left = [...digits];
    return signs.map((sign) => (FIGURE.test(sign) ? left.shift() : null));
  }
  const costs = costsOf(digits, signs);
  let next = 0;
  return signs.map((sign, place) => {
    const pairs = () => costs[next][place] === unlike(digits[next], sign) + costs[next + 1][place + 1];
    while (next < digits.length && !pairs() && costs[next][place] === 1 + costs[next + 1][place]) next++;
    return next < digits.length && pairs() ? digits[next++] : null;
  });
}

// What it costs to make the signs from a place on of the digits from a place on.
function costsOf(digits, signs) {
  const [tall, wide] = [digits.length, signs.length];
  const costs = Array.from({ length: tall + 1 }, () => Array(wide + 1).fill(0));
  for (let row = tall; row >= 0; row--) {
    for (let column = wide; column >= 0; column--) {
      if (row === tall || column === wide) costs[row][column] = tall - row + wide - column;
      else {
        const apart = 1 + Math.min(costs[row + 1][column], costs[row][column + 1]);
        costs[row][column] = Math.min(apart, unlike(digits[row], signs[column]) + costs[row + 1][column + 1]);
      }
    }
  }
  return costs;
}

// What was refused is likely what somebody adds; a point or a dash is no digit's picture.
function unlike(digit, sign) {
  if (digit.text === sign) return 0;
  if (!FIGURE.test(sign)) return 2.5;
  return digit.text === "?" ? 0.5 : 1;
}
