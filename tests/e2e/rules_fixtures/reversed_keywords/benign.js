// Must trip nothing, close as it is to reversed_keywords.
const palindrome = (word) => word === word.split("").reverse().join("");
