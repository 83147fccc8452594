// Pages are whole without scripts; this class lets the style sheet show what scripts add.
document.documentElement.classList.add("scripts");
