@echo off
rem Builds what it needs, only when sources are newer than the last build, and starts the lab kit's command line.
setlocal EnableExtensions DisableDelayedExpansion
set "root=%~dp0"
set "artifacts=%root%artifacts"
set "program=%artifacts%\bin\Lab.Cli\debug\lab.dll"
set "DOTNET_NOLOGO=1"
if not defined DOTNET_CLI_TELEMETRY_OPTOUT set "DOTNET_CLI_TELEMETRY_OPTOUT=1"

set "dotnet="
for %%D in (dotnet.exe) do set "dotnet=%%~$PATH:D"
if not defined dotnet if exist "%ProgramFiles%\dotnet\dotnet.exe" set "dotnet=%ProgramFiles%\dotnet\dotnet.exe"
if not defined dotnet if exist "%USERPROFILE%\.dotnet\dotnet.exe" set "dotnet=%USERPROFILE%\.dotnet\dotnet.exe"
if not defined dotnet (
  echo lab: the .NET 10 SDK is needed, and there is no dotnet on the PATH. Get it from https://dotnet.microsoft.com/download/dotnet/10.0 1>&2
  exit /b 1
)

rem The kit's programs, or the tests too. The stamp's time is when the last good build began; its text is what was built.
set "what=src\Lab.Cli"
set "LAB_BUILT=src/Lab.Cli"
set "stamp=%artifacts%\lab.stamp"
set "sources='src','bench'"
if "%~1"=="test" (
  set "what=Labs.sln"
  set "LAB_BUILT=Labs.sln"
  set "stamp=%artifacts%\lab.tests.stamp"
  set "sources='src','bench','tests'"
)
set "built=LabTorch=%LabTorch%"
if not defined LabTorch set "built=LabTorch=cpu"

rem Jupyter gives a kernel a minute to start: a first build, with its downloads, takes longer.
if "%~1 %~2"=="kernel run" if not exist "%program%" (
  echo lab: the kernel's kit is not built yet. Run "%root%lab.cmd" doctor once, and start the kernel again. 1>&2
  exit /b 1
)

call :fresh || call :build_alone || exit /b 1
"%dotnet%" "%program%" %*
exit /b %ERRORLEVEL%

:fresh
if not exist "%program%" exit /b 1
if not exist "%stamp%" exit /b 1
if not exist "%root%notebooks\kit.csx" exit /b 1
set "was="
set /p was=<"%stamp%"
if not "%was%"=="%built%" exit /b 1
powershell -NoProfile -NonInteractive -Command ^
  "Set-Location -LiteralPath $env:root; $kit = $env:artifacts + '\bin\Lab.Cli\debug\Lab.Core.dll';" ^
  "if (-not (Select-String -LiteralPath notebooks\kit.csx -SimpleMatch -Quiet $kit)) { exit 1 };" ^
  "$then = (Get-Item -LiteralPath $env:stamp).LastWriteTimeUtc;" ^
  "$files = @(Get-Item %sources%) + @(Get-ChildItem -Recurse %sources%) + @(Get-ChildItem -File Directory.*, Labs.sln, global.json, .editorconfig);" ^
  "exit [int](@($files | Where-Object LastWriteTimeUtc -gt $then | Select-Object -First 1).Count)"
exit /b %ERRORLEVEL%

rem One build at a time: whoever waited looks again. A lock left by a killed build is dropped after five minutes.
:build_alone
if not exist "%artifacts%" mkdir "%artifacts%"
set /a tries=0
:wait
mkdir "%artifacts%\lab.lock.d" 2>nul && goto locked
set /a tries+=1
if %tries% gtr 300 rmdir "%artifacts%\lab.lock.d" 2>nul
ping -n 2 127.0.0.1 >nul
goto wait
:locked
call :fresh || call :build
set "code=%ERRORLEVEL%"
rmdir "%artifacts%\lab.lock.d" 2>nul
exit /b %code%

:build
set "version="
pushd "%root%"
for /f "delims=" %%V in ('call "%dotnet%" --version 2^>nul') do set "version=%%V"
set /a major=0
for /f "delims=." %%M in ("%version%") do set /a major=%%M
if %major% lss 10 (
  popd
  echo lab: the .NET 10 SDK is needed, and "%dotnet%" has it not. Get it from https://dotnet.microsoft.com/download/dotnet/10.0 1>&2
  exit /b 1
)
rem A checkout that was moved or copied has a build that leads back to where it was.
if exist notebooks\kit.csx "%SystemRoot%\System32\find.exe" /i "%artifacts%\bin" notebooks\kit.csx >nul || (
  rmdir /s /q "%artifacts%\bin" "%artifacts%\obj" 2>nul
  del /q "%artifacts%\lab.stamp" "%artifacts%\lab.tests.stamp" 2>nul
)
if not exist "%artifacts%\obj" (
  echo lab: building; the very first time this downloads LibTorch. 1>&2
) else if not exist "%stamp%" echo lab: building %what%. 1>&2
>"%stamp%.new" echo %built%
"%dotnet%" build "%what%" -v quiet --nologo -tl:off >"%artifacts%\lab.build.log" 2>&1
if errorlevel 1 (
  popd
  type "%artifacts%\lab.build.log" 1>&2
  echo lab: the build failed; the lines above say why. 1>&2
  exit /b 1
)
popd
move /y "%stamp%.new" "%stamp%" >nul
exit /b 0
