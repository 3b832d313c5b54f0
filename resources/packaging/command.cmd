@echo off
rem Runs the command line on the Node that came with this package.
"%~dp0..\watchdog\node.exe" "%~dp0out\main\cli.js" %*
