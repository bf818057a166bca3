"""The vocabulary from which the large rule set is drawn.

COMMON are pieces that ordinary scripts contain now and then, so that short
strings occur and the gates of an engine are tried; the rest is combined with
made-up words into strings as specific as those of public rule sets.
"""

COMMON = (
    "child_process", "process.env", "eval(", "exec(", "spawn(", "require(",
    "String.fromCharCode", "charCodeAt", "atob(", "btoa(", "unescape(",
    "document.cookie", "document.write", "XMLHttpRequest", "new Function(",
    "createElement", "innerHTML", "appendChild", "localStorage", "WebSocket",
    "Authorization", "Content-Type", "User-Agent", "application/json",
    "multipart/form-data", "Mozilla/5.0", "password", "username", "secret",
    "token", "private_key", "BEGIN RSA", "id_rsa", ".ssh", ".bashrc",
    "/etc/passwd", "/bin/sh", "/tmp/", "http://", "https://", "POST", "GET",
    "base64", "base64.b64decode", "subprocess", "os.system", "os.popen",
    "socket", "connect", "urllib", "requests.post", "getattr(", "__import__",
    "compile(", "marshal", "zlib", "pickle", "ctypes", "chmod", "curl ",
    "wget ", "powershell", "cmd.exe", "rundll32", "regsvr32", "schtasks",
    "crontab", "registry", "HKEY_LOCAL_MACHINE", "WScript.Shell", "ActiveX",
    "VirtualAlloc", "LoadLibrary", "GetProcAddress", "CreateProcess",
    "ReadFile", "WriteFile", "DllMain", "kernel32.dll", "ntdll.dll",
    "decrypt", "encrypt", "payload", "shell", "download", "upload", "execute",
    "buffer", "onerror", "prototype", "constructor", "Buffer.from", "hostname",
    "userInfo", "platform", "homedir", "readFileSync", "writeFileSync",
)

VERBS = (
    "Create", "Open", "Read", "Write", "Inject", "Load", "Get", "Set", "Query",
    "Enum", "Hook", "Dump", "Steal", "Send", "Recv", "Upload", "Download",
    "Start", "Stop", "Delete", "Hide", "Encrypt", "Decrypt", "Decode", "Parse",
    "Resolve", "Connect", "Bind", "Install", "Remove", "Capture", "Register",
)

NOUNS = (
    "Process", "Thread", "Remote", "Memory", "File", "Key", "Value", "Token",
    "Service", "Driver", "Module", "Section", "Window", "Clipboard", "Screen",
    "Socket", "Pipe", "Mutex", "Task", "Config", "Command", "Payload", "Stage",
    "Beacon", "Password", "Cookie", "Browser", "Wallet", "Registry", "Handle",
    "Buffer", "Stream", "Packet", "Session", "Callback", "Plugin", "Export",
)

SYLLABLES = (
    "ka", "ro", "mi", "ten", "zul", "vex", "dor", "shi", "nal", "gur", "pho",
    "bra", "ox", "lim", "ter", "qua", "sy", "den", "kov", "ru", "lan", "mor",
    "ith", "ash", "bel", "cro", "fen", "hyd", "jor", "wen", "yth", "zan",
)

SENTENCES = (
    "Failed to {v} {n} at %s", "[+] {v} {n} succeeded", "[-] {v} {n} failed",
    "could not {v} the {n}", "usage: %s -{v} <{n}>", "{v}ing {n}, wait ...",
    "error: unable to {v} {n} (%d)", "{n} {v} by %s:%d", "bot {n} {v} ok",
)

FOLDERS = (
    "C:\\Windows\\Temp\\", "C:\\ProgramData\\", "%APPDATA%\\", "%TEMP%\\",
    "\\Release\\", "\\Debug\\", "D:\\work\\", "/usr/lib/", "/var/tmp/.",
    "SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\", "/dev/shm/.", "\\\\.\\",
)

EXTENSIONS = (".exe", ".dll", ".pdb", ".sys", ".dat", ".tmp", ".bat", ".ps1",
              ".vbs", ".so", ".sh", ".php", ".jsp", ".bin")

OPCODES = ("55", "8B EC", "48 89 5C 24", "48 83 EC", "E8", "0F B6", "33 C0",
           "83 C4", "FF 15", "8D 45", "C7 45", "6A", "68", "50", "FF D0",
           "48 8D 0D", "41 B8", "85 C0", "74", "75", "EB", "C3", "31 C9",
           "AA")

IMPORTS = (("KERNEL32.dll", "VirtualAllocEx"), ("ADVAPI32.dll", "RegSetValueA"),
           ("WS2_32.dll", "WSAStartup"), ("WININET.dll", "InternetOpenA"),
           ("USER32.dll", "SetWindowsHookExA"), ("CRYPT32.dll", "CertOpenStore"))
