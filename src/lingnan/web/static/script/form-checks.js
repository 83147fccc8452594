// Check characters that a browser can look at before anything is sent; the server looks again. GB 11643 and GB 32100.
const numberIsRight = (text) => {
  if (!/^[0-9]{17}[0-9X]$/.test(text)) return false;
  const sum = [...text.slice(0, 17)].reduce((total, digit, place) => total + Number(digit) * (2 ** (17 - place) % 11), 0);
  return "10X98765432"[sum % 11] === text[17];
};
const codeIsRight = (text) => {
  const letters = "0123456789ABCDEFGHJKLMNPQRTUWXY";
  if (text.length !== 18 || [...text].some((each) => !letters.includes(each))) return false;
  const sum = [...text.slice(0, 17)].reduce((total, each, place) => total + letters.indexOf(each) * (3 ** place % 31), 0);
  return letters[(31 - sum % 31) % 31] === text[17];
};
const IDENTIFIERS = { citizen_number: [numberIsRight, "wrong_number"], uscc: [codeIsRight, "wrong_code"] };

// What is wrong with a field beyond what the browser sees by itself; empty when nothing is.
window.fieldFault = (field, words, megabytes) => {
  const [isRight, said] = IDENTIFIERS[field.dataset.identifier] || [];
  const value = field.value.trim().toUpperCase();
  if (isRight && value && !isRight(value)) return words[said];
  if (field.dataset.listed && value) {
    const list = document.getElementById(field.dataset.listed);
    const match = [...list.options].find((each) => each.value === field.value.trim() || each.textContent === field.value.trim());
    if (!match) return words.unknown_code;
    field.value = match.value;
  }
  return field.type === "file" && field.files[0] && field.files[0].size > megabytes * 1048576 ? words.too_large : "";
};
