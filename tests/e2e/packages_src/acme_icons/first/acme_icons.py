ICONS = {"ok": "+", "failed": "-"}
